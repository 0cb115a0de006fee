DROP INDEX indicators_by_catalogue;
ALTER TABLE indicators DROP COLUMN catalogue_id;
DROP TABLE catalogue_indicators;
