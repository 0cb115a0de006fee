DROP TABLE part_tasks;
DROP TABLE collaborators;
DROP TABLE invitations;
DROP TABLE mail_secrets;
ALTER TABLE mails DROP COLUMN has_secret;
