package diff

// Kinds gives every kind of change, by what changed. A test holds the list and
// the fixtures equal, and sees to it that each kind has its mirror.
func Kinds() []*Kind {
	return []*Kind{
		claimAdded, claimRemoved, claimRequiredToOptional, claimOptionalToRequired,
		valueAdded, valueRemoved, valuesReplaced, valuesWidened, valuesNarrowed, typeChanged, valueRelationUnknown,
		scopeAdded, scopeRemoved, scopeClaimAdded, scopeClaimRemoved,
		tokenAdded, tokenRemoved, tokenClaimAdded, tokenClaimRemoved, tokenFormatChanged, absencePromised, absenceNotPromised,
		lifetimeIncreased, lifetimeDecreased,
		consumerAdded, consumerRemoved, clientGainsScope, clientLosesScope,
		readingAdded, readingRemoved,
		unclassifiedChange,
	}
}
