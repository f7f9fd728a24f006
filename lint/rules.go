package lint

// Rules gives every rule, by category and name. A test holds the list, the files,
// the fixtures and the pages equal.
func Rules() []*Rule {
	return []*Rule{
		accessTokenLifetime,
		apiAcceptsIDToken,
		audienceMissingOrOpen,
		clientReadsAccessToken,
		consumerExpectationMismatch,
		directIdentifierInAccessToken,
		directIdentifierInIDToken,
		exampleContradictsContract,
		failOpenOnAbsence,
		mutableIdentifierAsIdentity,
		registeredClaimWrongType,
		requiredButConditional,
		secretInToken,
		thirdPartyPersonalWithoutBasis,
		unboundedCollection,
		unreadClaim,
	}
}
