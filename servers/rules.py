"""What each rule of docs/inference.md means, in one line: what a report's rule ids stand for."""

from __future__ import annotations

RULES: dict[str, str] = {
    # Load
    "L1": "Documents in JSON and YAML are read alike, keys as texts.",
    "L2": "Swagger 2 is read like OpenAPI: its bodies, forms and definitions.",
    "L3": "References are followed inside the document and to files below its folder, never over the network.",
    "L4": "What is invalid is skipped, reported, and the rest is read.",
    "L5": "Schemas put together of others are merged, and cycles are cut.",
    "L6": "Size and depth of a document are bounded.",
    "L7": "Suffixes and queries in paths are taken off before paths are grouped.",
    "L8": "GraphQL queries are reads, lists and searches; mutations go by their verb.",
    "L9": "In a Discovery document the methods' own names tell what they do.",
    "L10": "In a Postman collection folders are tags, and saved answers tell the schemas.",
    # Entities
    "E1": "A collection's path and the path of one item make an entity.",
    "E2": "The schema of the item gives the entity its name.",
    "E3": "Things that can only be read or listed are an entity too.",
    "E4": "There is one such thing in all, or one below each row of its parent; no key names it.",
    "E5": "The same rows are shown under several paths, as one table.",
    "E6": "Nothing is said of the answer, so the row's fields come from the arguments.",
    "E7": "It joins two rows, such as a member and a team.",
    "E8": "The thing is named by the words of the operation, without its verb.",
    "E9": "The path keeps one value as it was sent: a map, a list of plain values, or a plain value.",
    # Ids
    "I1": "The field that names a row was found by its name.",
    "I2": "New keys look like those that the specification shows.",
    "I3": "Rows can be named by another field than their key.",
    "I4": "Words such as `me` mean the caller's own row.",
    "I6": "The key of the row stands inside an object of it, such as `metadata.name`.",
    "I5": "Several fields together name a row.",
    # Relations
    "F1": "Rows are nested in a parent row, which the path or the arguments name; without it the call fails.",
    "F2": "A field holds the key of a row of another entity.",
    "F3": "A key that names no row is refused.",
    "F4": "Removing a row removes the rows nested in it.",
    "F5": "A field names a row of the same entity, as in a tree.",
    "F6": "The row belongs to its author or owner: the caller, unless another is named.",
    # Create, read, update, delete
    "R1": "It returns the row that its arguments name.",
    "C1": "It adds a row to the collection.",
    "C2": "It creates the row that it would replace, where there is none.",
    "C3": "The caller chooses the new key, which must be free.",
    "U1": "It changes the fields that are given, or replaces the row where that is what it is for.",
    "U2": "A POST on a row that can be read is an update.",
    "U3": "What the server sets itself (keys, times) is ignored in the input.",
    "D1": "It removes the row for good.",
    "D2": "It only marks the row as deleted, since it can be restored.",
    "D3": "It creates, changes or removes several rows at once.",
    "D4": "It sets the thing back to how it starts out; it can still be read.",
    # Lists
    "Q1": "It lists the rows of the collection, wrapped as the answer's schema says.",
    "Q2": "Arguments that are called like fields narrow the list.",
    "Q3": "The list comes in pages.",
    "Q4": "The list can be sorted on request.",
    "Q5": "Arguments choose which fields are shown or added.",
    "Q6": "It searches rows, though it is sent like a write.",
    "Q7": "It counts or sums up the rows.",
    # Actions
    "A1": "A value of the state field fits the verb.",
    "A2": "A boolean field fits the verb.",
    "A3": "A time field fits the verb.",
    "A4": "Putting and deleting the same thing sets a mark or a membership.",
    "A5": "Rows that are in the wrong state are refused.",
    "A6": "New rows start in the first state.",
    "A7": "Its other arguments set fields of the row.",
    "A8": "It adds to an array inside the row, or takes from it.",
    "A9": "Fallback: what the verb does to the row is not known, so the call is only recorded.",
    "A10": "It adds a record to a history that another tool reads: a deposit among the transactions.",
    # Numbers
    "N1": "The verb adds to an amount or takes from it, and never more than is there.",
    "N2": "A counter follows the rows that it counts.",
    "N3": "A total is worked out from its lines.",
    "N4": "Rows are counted by the value of a field.",
    "N5": "Money is conserved, and no balance falls below zero.",
    "N6": "Rows that take up time of the same thing must not overlap; what is left is free.",
    # Auth
    "S1": "Any credential is accepted.",
    "S2": "It logs a user in, who is the caller from then on.",
    "S3": "It logs the caller out.",
    "S4": "It gives out tokens.",
    "S5": "It adds a user and logs that user in.",
    # Pure tools
    "P1": "It works its answer out of its arguments, by a known function.",
    "P2": "The same arguments always give the same made-up answer, in the declared shape.",
    "P3": "It looks things up in the world outside; the answers are made up and stay the same.",
    "P4": "The time is that of the server's own clock.",
    "P5": "It estimates: larger arguments give larger answers.",
    # Bare tools
    "B1": "One argument says which of several operations is meant.",
    "B2": "The words after the verb name the thing.",
    "B3": "An argument called like the thing's key or name tells which row is meant.",
    "B4": "Several arguments together lead to the row, the outer ones first.",
    "B5": "The answer's form was read from its schema or from the words of the description.",
    "B6": "What the tool says of itself (read-only, destructive, idempotent) decides.",
    "B7": "Types, options and defaults were read from the dialect of the function document.",
    "B8": "The tools together are those of a known domain, which keeps its own state.",
    "B9": "The server remembers what is current: the user, a selection, a place.",
    "B10": "A field that nothing declares is taken from the verbs of the tools: a status, a boolean, an amount.",
    # Seed data
    "G1": "Rows to start with are made from the specification's examples, then from names and types.",
    "G2": "Rows to start with are spread over parents and states, and refer to each other.",
    "G3": "Each value of a made-up row depends on its own place only.",
    "G4": "Rows given from outside stand in place of made-up ones.",
    "G5": "Rows that the examples refer to exist.",
    # Errors
    "X1": "Arguments are checked against their schema, and errors have the declared shape.",
    "X2": "Errors have a status that the specification declares.",
    "X3": "A call that fails leaves no trace.",
    # Besides the catalogue
    "override": "A person's overrides file says so.",
}
"""By id; ``override`` is no rule of the catalogue."""


def meaning(rule: str) -> str:
    """Return the line of a rule; of an unknown one, where to look."""
    return RULES.get(rule, "See docs/inference.md.")
