-- Documents of cases and documents of this room are numbered in one series of an office: "outgoing" is the register's.
INSERT INTO number_series (province, office, year, series, last)
SELECT province, office, year, CASE WHEN series = 'common' THEN 'outgoing' ELSE series END, last FROM document_series WHERE true
ON CONFLICT (province, office, year, series) DO UPDATE SET last = CASE WHEN excluded.last > number_series.last THEN excluded.last ELSE number_series.last END;
INSERT INTO number_line (province, office, year, series, number, fate, taker, at, reason, symbol, about, code, signer, folded)
SELECT province, office, year, CASE WHEN series = 'common' THEN 'outgoing' ELSE series END, number, fate, document, at, reason, '', '', '', '', '' FROM document_number;
DROP TABLE document_number;
DROP TABLE document_series;
