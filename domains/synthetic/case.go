package synthetic

// Case is the difficulty that was planted in a person.
type Case string

// The cases. Unless a case says otherwise the person holds one pass and one
// permit, both in force, and the permit names the pass.
const (
	// Plain: nothing is difficult.
	Plain Case = "plain"
	// PassOnly: there is no permit.
	PassOnly Case = "pass_only"
	// PermitOnly: there is no pass.
	PermitOnly Case = "permit_only"
	// PermitSilent: neither the register's row nor the police's answer names
	// the pass. Only the national check knows.
	PermitSilent Case = "permit_silent"
	// RegisterSilent: the register's row does not name the pass, the police's
	// answer does.
	RegisterSilent Case = "register_silent"
	// ScriptVariant: the pass prints the mainland name in Traditional
	// characters, the permit in Simplified ones. Every second permit is silent.
	ScriptVariant Case = "script_variant"
	// CharacterVariant: the two offices chose variants of one character (峯 and
	// 峰). Every second permit is silent.
	CharacterVariant Case = "character_variant"
	// Misspelt: the permit prints a homophone of the last character. Every
	// second permit is silent.
	Misspelt Case = "misspelt"
	// BirthContradiction: the two registers have different birth dates for one
	// person.
	BirthContradiction Case = "birth_contradiction"
	// PermitNamesOtherPass: the permit names the next person's pass number,
	// which may never have been issued. The national check knows better.
	PermitNamesOtherPass Case = "permit_names_other_pass"
	// TwoPermitsOnePass: two permits with different numbers are in force, and
	// both name the pass.
	TwoPermitsOnePass Case = "two_permits_one_pass"
	// RenewedSameNumber: pass and permit were renewed and kept their numbers;
	// the registers hold the old printings too.
	RenewedSameNumber Case = "renewed_same_number"
	// RenewedNewNumber: the permit was replaced by one with another number,
	// which names the one before.
	RenewedNewNumber Case = "renewed_new_number"
	// Lost: the pass, or the permit, was reported lost and not replaced.
	Lost Case = "lost"
	// Revoked: the authority revoked the permit.
	Revoked Case = "revoked"
)
