-- Which file came, so that the register is searched by the words in it. What came before stays found by its line.
ALTER TABLE arrival ADD COLUMN file TEXT;
