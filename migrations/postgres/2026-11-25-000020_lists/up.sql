-- Who has a role: asked each time a reviewer is assigned, among the accounts of all municipalities.
CREATE INDEX account_roles_by_role ON account_roles (role, account_id);
-- The lists of regions, municipalities and accounts are read a page at a time, in the order of the list.
CREATE INDEX regions_by_name ON regions (sort_name, id);
CREATE INDEX accounts_by_name ON accounts (name, id);
CREATE INDEX municipalities_by_name ON municipalities (sort_name, id);
