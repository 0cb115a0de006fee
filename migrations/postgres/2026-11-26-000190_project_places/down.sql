-- The gaps are not made again: nothing asks for them.
SELECT 1;
