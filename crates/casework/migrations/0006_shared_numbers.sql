-- Registers are kept by all rooms together.
INSERT INTO number_series (province, office, year, series, last)
SELECT province, office, year, register, last FROM register WHERE true
ON CONFLICT (province, office, year, series) DO UPDATE SET last = CASE WHEN excluded.last > number_series.last THEN excluded.last ELSE number_series.last END;
DROP TABLE register;
