//! How values are said to people, in Dutch: money, dates, the names of enumerations. Sentences of
//! one page stand in its template; what several pages say stands here, once.
pub mod dates;
pub mod filters;
pub mod labels;
pub mod messages;
pub mod money;
pub mod numbers;
pub mod sentences;
pub mod timeline;
