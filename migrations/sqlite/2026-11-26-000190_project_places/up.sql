-- The place of a project is where it stands among those that were not removed, from 1 and without gaps: people
-- read it as its number.
UPDATE projects SET position = counted.place
FROM (
    SELECT id, CAST(ROW_NUMBER() OVER (PARTITION BY application_id ORDER BY position, id) AS INTEGER) AS place
    FROM projects WHERE removed_at IS NULL
) AS counted
WHERE counted.id = projects.id AND projects.position <> counted.place;
