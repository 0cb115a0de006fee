#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| versterkingsgelden_fuzz::amounts(bytes));
