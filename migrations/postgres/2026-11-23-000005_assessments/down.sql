DROP TABLE assessment_years;
DROP TABLE assessment_scores;
DROP TABLE assessments;
DROP TABLE interest_declarations;
DROP TABLE assignments;
