package diff

// Kinds gives every kind of change, by what changed. A test holds the list and
// the fixtures equal, and sees to it that each kind has its mirror.
func Kinds() []*Kind {
	return []*Kind{
		claimAdded, claimRemoved, claimRenamed, claimRestored,
		claimRequiredToOptional, claimOptionalToRequired,
		claimFormatChanged, meaningChanged, identifierWeakened, identifierStrengthened, trustLowered, trustRaised, sourceChanged, overageTightened, overageRelaxed, treatmentChanged,
		valueAdded, valueRemoved, valuesReplaced, valuesWidened, valuesNarrowed, valueRelationUnknown,
		typeChanged, typeWidened, typeNarrowed, scalarToList, listToScalar, nullableAdded, nullableRemoved,
		claimMoved, claimAddedToToken, claimDroppedFromToken, releaseMoved, releaseAdded, releaseRemoved,
		conditionsChanged, absencePromised, absenceNotPromised, shownOutside, hiddenOutside,
		scopeAdded, scopeRemoved, scopeRenamed, scopeRestored, consentAdded, consentDropped,
		implicationAdded, implicationRemoved, scopeConditionsChanged, scopeResourcesChanged,
		tokenAdded, tokenRemoved, tokenConditionsChanged, tokenFormatChanged, headerChanged, lifetimeIncreased, lifetimeDecreased, senderConstraintChanged, demandedProofChanged, encryptionChanged, tokenSizeChanged, limitsChanged,
		readersDeclaredComplete, readersDeclaredPartial,
		issuerChanged, issuerAlternativeAdded, issuerAlternativeRemoved, audienceAdded, audienceRemoved,
		subjectBecamePairwise, subjectBecamePublic, sectorChanged,
		consumerAdded, consumerRemoved, partyChanged, clientGainsScope, clientLosesScope, scopeBecameDefault, scopeBecameOptional,
		clientGainsGrant, clientLosesGrant, readingAdded, readingRemoved, readingChanged, checkAdded, checkDropped, issuerTrusted, issuerDistrusted, acceptedHeadersChanged,
		deprecationAdded, deprecationChanged, deprecationRemoved, tombstoneAdded, tombstoneRemoved,
		grantRulesChanged, policyChanged, waiverAdded, waiverRemoved, waiverBroadened, waiverNarrowed,
		unclassifiedChange,
	}
}
