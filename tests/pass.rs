//! Surroundings in which the macro must work: small programs, each a module, that compile and give the right numbers.
//!
//! What they have in common: nothing in the emitted code may meet a name, a trait, a lint or a prelude of the user's.

mod pass {
    mod attributes;
    mod companions;
    mod constants;
    mod denied_lints;
    mod generics;
    mod local_traits;
    mod modules;
    mod names_of_ours;
    mod names_of_std;
    mod no_prelude;
    mod raw_identifiers;
    mod renamed_crate;
    mod scopes;
    mod visibility;
}
