-- Where a site lies and whom the fire brigade calls back: what is read out on the telephone.
ALTER TABLE sites ADD COLUMN address TEXT;
ALTER TABLE sites ADD COLUMN phone TEXT;
