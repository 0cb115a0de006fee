-- What of the requested amount of a project is for which municipality. A year without rows was not divided: all of it
-- is for the lead.
CREATE TABLE project_shares (
    project_id TEXT NOT NULL,
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    year INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL CONSTRAINT project_shares_positive CHECK (amount_cents > 0),
    PRIMARY KEY (project_id, year, municipality_id),
    FOREIGN KEY (project_id, year) REFERENCES project_years (project_id, year)
) STRICT;
CREATE INDEX project_shares_by_municipality ON project_shares (municipality_id, project_id, year);
