import pytest

from inftool.specs import ApiSpec, SpecError
from inftool.specs.graphql import read_graphql

LIBRARY = '''
"""A small library."""
schema { query: Root, mutation: Changes }

"""What can be read."""
type Root {
  """Find a book."""
  book(id: ID!): Book
  books(genre: Genre = NOVEL, first: Int = 20, after: String): BookConnection!
  shelf(filter: ShelfFilter!): [Book!]!
}
extend type Root { authors: [Author] }
type Changes {
  addBook(input: NewBook!): Book!
  moveBook(id: ID!, input: Move): Book
  loan(book: ID!, until: Date!): Loan
}
input NewBook { title: String!, pages: Int = 100, genre: Genre, author: NewAuthor, tags: [String!] }
input NewAuthor { name: String! }
input Move { shelf: String!, id: ID }
input ShelfFilter { genre: Genre }
enum Genre { NOVEL POEM }
scalar Date
scalar Blob
interface Node { id: ID! }
type Book implements Node { id: ID!, title: String!, author: Author, genre: Genre, cover: Blob }
type Author implements Node { id: ID!, name: String, books(first: Int): [Book] }
type BookConnection { edges: [BookEdge], pageInfo: PageInfo! }
type BookEdge { node: Book, cursor: String! }
type PageInfo { hasNextPage: Boolean!, endCursor: String }
union Loan = Book | Author
'''


def read(text: str) -> ApiSpec:
    return read_graphql(text, "library", "library.graphql")


def test_fields_become_tools_and_types_schemas() -> None:
    spec = read(LIBRARY)
    assert (spec.format, spec.description, spec.problems) == ("graphql", "A small library.", [])
    assert [tool.name for tool in spec.tools] == ["book", "books", "shelf", "authors", "addBook", "moveBook", "loan"]
    assert all(tool.http is None for tool in spec.tools)
    assert [tool.annotations["readOnlyHint"] for tool in spec.tools] == [True] * 4 + [False] * 3
    book = spec.tool("book")
    assert book.description == "Find a book."
    assert book.input_schema == {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    assert book.output_schema == {"$ref": "#/schemas/Book"}
    assert spec.tool("shelf").output_schema == {"type": "array", "items": {"$ref": "#/schemas/Book"}}
    assert not {"Root", "Changes"} & set(spec.schemas)
    assert spec.schemas["Book"] == {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "author": {"$ref": "#/schemas/Author"},
            "genre": {"$ref": "#/schemas/Genre"},
            "cover": {"$ref": "#/schemas/Blob"},
        },
        "required": ["id", "title"],
    }
    assert spec.schemas["Genre"] == {"type": "string", "enum": ["NOVEL", "POEM"]}
    assert spec.schemas["Loan"] == {"oneOf": [{"$ref": "#/schemas/Book"}, {"$ref": "#/schemas/Author"}]}
    assert spec.schemas["BookConnection"]["properties"]["edges"]["items"] == {"$ref": "#/schemas/BookEdge"}


def test_arguments_have_defaults_and_choices() -> None:
    properties = read(LIBRARY).tool("books").input_schema["properties"]
    assert properties["genre"] == {"type": "string", "enum": ["NOVEL", "POEM"], "default": "NOVEL"}
    assert properties["first"] == {"type": "integer", "default": 20}
    assert "required" not in read(LIBRARY).tool("books").input_schema


def test_an_only_input_object_is_written_flat_where_no_names_clash() -> None:
    spec = read(LIBRARY)
    add = spec.tool("addBook").input_schema
    assert list(add["properties"]) == ["title", "pages", "genre", "author", "tags"]
    assert add["required"] == ["title"]
    assert add["properties"]["author"]["required"] == ["name"]
    assert list(spec.tool("moveBook").input_schema["properties"]) == ["id", "input"]
    assert list(spec.tool("shelf").input_schema["properties"]) == ["genre"]
    assert spec.tool("loan").input_schema["properties"]["until"] == {"type": "string", "format": "date"}


def test_roots_by_their_usual_names_and_what_is_left_out() -> None:
    spec = read("type Query { a: Int, b(x: Missing!): Lost } type Subscription { c: Int } { a }")
    assert [tool.name for tool in spec.tools] == ["a", "b"]
    assert spec.tool("b").input_schema["properties"] == {"x": {}}
    said = " ".join(problem.message for problem in spec.problems)
    assert "subscriptions" in said
    assert "Missing" in said
    assert "a query and no type" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type Query {", "line 1, column 13"),
        ("type Query { a: [" + "[" * 5000, "deep"),
        ("type Query { a(b: I = " + "{a: " * 5000, "GraphQL"),
    ],
)
def test_broken_and_hostile_schemas_are_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_types_that_contain_each_other_are_cut_in_arguments() -> None:
    spec = read("type Query { find(where: Where): [Int] } input Where { and: [Where], not: Where, name: String }")
    properties = spec.tool("find").input_schema["properties"]
    assert properties["and"] == {"type": "array", "items": {"type": "object"}}
    assert properties["name"] == {"type": "string"}
