//! Assessment: completeness, interests, scores, advice.
