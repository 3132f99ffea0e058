-- Something that could not be read, where and why.
-- device: Label of the exhibit.
-- warning: Kind of warning.
-- says: What was expected, what was found.
-- bytes: How many bytes were not read, where that is known.
-- origin: Directions to the place.
SELECT device, warning, says, bytes, @origin(w) AS origin FROM evidence.warnings w
ORDER BY device, origin, warning, says
