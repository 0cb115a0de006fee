DROP INDEX municipalities_by_name;
DROP INDEX accounts_by_name;
DROP INDEX regions_by_name;
DROP INDEX account_roles_by_role;
