"""The profile of file systems: what its tools are called, and what their arguments are."""

from __future__ import annotations

from inftool.servers.profiles.filesystem import changing, keeping, looking
from inftool.servers.profiles.filesystem.placing import kept, placed, seeded
from inftool.servers.profiles.filesystem.tree import NAME
from inftool.servers.profiles.profile import Action, Hint, Profile, Role

_PATH = (
    "path filepath filename file name directory dir dirname folder foldername directoryname directorypath dirpath "
    "folderpath target pathname location fullpath root rootpath startpath basepath searchpath note notename document "
    "documentname docname page pagename notebook section entry entryname item itemname"
)
_FOLDER = (
    "folder directory dir notebook section foldername directoryname folderpath directorypath dirpath parentfolder "
    "destinationfolder targetfolder newfolder destinationdirectory targetdirectory inside infolder"
)
_ROLES = {
    "path": Role("text", _PATH),
    "folder": Role("text", _FOLDER),
    "into": Role("text", f"target destination to intofolder tofolder newparent parent {_FOLDER}"),
    "tag": Role("text", "tag label tagname labelname"),
    "paths": Role("list", "paths filepaths files filenames"),
    "source": Role(
        "text",
        "source src from sourcepath sourcefile oldpath oldname srcpath file1 filename1 firstfile path1 filea frompath "
        "sourcename original currentname " + _PATH,
    ),
    "target": Role(
        "text",
        "destination dest dst to target destinationpath destpath newpath newname dstpath file2 filename2 secondfile "
        "path2 fileb topath destinationname destinationdirectory targetpath destinationfolder destdir targetdirectory "
        "directory folder dir name",
    ),
    "content": Role("text", "content contents text data body string message line lines"),
    "text": Role("text", "pattern query text search searchtext term keyword string regex searchterm searchstring word"),
    "pattern": Role("text", "pattern name query glob filename namepattern term filter searchpattern search keyword"),
    "exclude": Role("list", "exclude excludes excludepatterns ignore excluded ignorepatterns"),
    "lines": Role("whole", "lines n count numlines linecount number numberoflines limit"),
    "head": Role("whole", "head firstlines"),
    "tail": Role("whole", "tail lastlines"),
    "start": Role("whole", "start startline from offset fromline viewstart"),
    "end": Role("whole", "end endline to toline"),
    "mode": Role("text", "mode permissions permission type flag option unit access"),
    "depth": Role("whole", "depth maxdepth level levels"),
    "type": Role("text", "type kind filetype"),
    "sort": Role("text", "sortby sort orderby"),
    "hidden": Role("flag", "a all hidden showhidden includehidden"),
    "long": Role("flag", "l long details detailed longformat"),
    "recursive": Role("flag", "recursive r recurse recursively force includesubdirectories"),
    "parents": Role("flag", "parents p createparents makeparents existok createdirs createdirectories"),
    "overwrite": Role("flag", "overwrite force replace"),
    "append": Role("flag", "append appendmode"),
    "ignore_case": Role("flag", "ignorecase caseinsensitive i"),
    "reverse": Role("flag", "reverse r descending"),
    "unique": Role("flag", "unique u"),
    "human": Role("flag", "human humanreadable h readable"),
    "edits": Role("list", "edits changes replacements operations"),
    "old": Role("text", "old oldtext oldstr oldstring search find searchtext oldcontent from target oldvalue"),
    "new": Role("text", "new newtext newstr newstring replace replacement replacetext newcontent to replacewith"),
    "preview": Role("flag", "dryrun preview"),
    "all": Role("flag", "replaceall all global"),
}
_RECURSIVE = Hint(
    r"(files?|directory|directories|folders?) (or|and|/) (a )?(files?|director|folder)|recursive", "recursive", True
)
_WHOLE = Hint(
    r"recursive|(with|and|including) (all )?(of )?(its|their|the) (contents?|files)|all (its )?contents|"
    r"\b(with|and) (all|everything|whatever)\b[^.]* in\w* it|and everything (below|under|inside|in)",
    "recursive",
    True,
)
_LOCAL = Hint(
    r"^(?!.*\bpaths?\b).*\b(current|working|current working) (directory|folder|notebook|section|one)\b", "local", True
)
_PARENTS = Hint(
    r"parent director|nested director|if (it|they) (do|does)(n't| not) exist|ensure|intermediate", "parents", True
)
_OVERWRITE = Hint(r"overwrit(e|es|ing|ten)\b(?!.*(not|never|without))", "overwrite", True)
_WITHIN = Hint(
    r"\bin the (current|working) (directory|folder|notebook|section)\b(?!.*\b(recursive|below|under|all|sub))",
    "flat",
    True,
)
_ONLY_THERE = Hint(
    r"\b(an|of the) existing\b|must (already )?exist\b|fails? if (it|the \w+) does(n't| not) exist", "existing", True
)
_EXISTING = Hint(r"^(?!.*\bcreat)", "existing", True)
_ANY_CASE = Hint(
    r"case[- ]?insensitive|ignor\w+ (the )?case|regardless of case|without regard to case", "ignore_case", True
)
_FRESH = Hint(r"already exist|must not exist|fails? if|error if", "fresh", True)
_FILE = "file/document/text/path"
_DIR = "directory/dir/folder"

FILESYSTEM = Profile(
    name=NAME,
    title="a file system",
    roles=_ROLES,
    actions=(
        Action(
            "where",
            f"pwd, get/print/show? current/working working? {_DIR} path?, get/show cwd, where, where am i, whereami, "
            "get/show current/working path/location",
            looking.where,
            writes=False,
            anchor=True,
        ),
        Action(
            "go",
            f"cd, chdir, change/set/enter/open/go/navigate current/working? working? {_DIR}, change/set cwd, enter",
            looking.go,
            same_as="where",
            takes="path",
            needs="path",
            anchor=True,
        ),
        Action("up", f"up, go up/back, leave/close {_DIR}", looking.go, constants={"path": ".."}, same_as="where"),
        Action(
            "list_details",
            f"list/get {_DIR} size/detail, ll, list file size/detail",
            looking.listing,
            takes="path sort hidden",
            constants={"long": True},
            writes=False,
            anchor=True,
            counts_out=True,
        ),
        Action(
            "roots",
            f"list/get/show allowed/accessible/root {_DIR}, list root",
            looking.roots,
            writes=False,
            anchor=True,
        ),
        Action(
            "show",
            f"show/view/display {_FILE}",
            looking.read,
            needs="path",
            takes="folder",
            said=r"^(?!.*\b(list|names|files|notes|pages|documents|directory|folder)\b).*\w",
            writes=False,
        ),
        Action(
            "list",
            f"ls, dir, list/show/get/view/display file? {_DIR} file?/content?/item?/entry?/listing?, "
            f"list/show file, list file {_DIR}, list content, list entry, {_DIR} content/listing, list path, "
            f"list file {_DIR}? {_DIR}, list",
            looking.listing,
            takes="path hidden long recursive pattern",
            hints=(
                Hint(r"^(?!.*(folder|director|entr|content)).*\b(files|notes|pages|documents)\b", "only", "file"),
                Hint(
                    r"^(list|show|get|return)s? (all |the )*(names of )?(the )?(sub)?(folders|directories|notebooks)\b"
                    r"(?! and)(?!.*\b(file|note|page|document|content|entr))",
                    "only",
                    "directory",
                ),
            ),
            writes=False,
            counts_out=True,
        ),
        Action(
            "tree",
            f"tree, show/get/list/display {_DIR}?/file? tree/structure, {_DIR} tree",
            looking.picture,
            takes="path depth",
            writes=False,
            anchor=True,
        ),
        Action(
            "make_directory",
            f"mkdir, md, make/create/add {_DIR}",
            changing.make_directory,
            needs="path",
            takes="folder parents",
            hints=(_LOCAL, _PARENTS),
            anchor=True,
        ),
        Action(
            "make",
            "make, create, add",
            changing.make_directory,
            needs="path",
            takes="folder parents",
            said=r"\b(directory|folder|notebook|section)\b",
            hints=(_LOCAL, _PARENTS),
        ),
        Action(
            "touch",
            "touch, touch/create/make/add empty? file, new file",
            changing.touch,
            needs="path",
            takes="folder content overwrite parents",
            hints=(_LOCAL, _OVERWRITE, _FRESH, _PARENTS),
        ),
        Action(
            "read_many",
            f"read/get/cat/view multiple/many/several {_FILE} content?, read/get file",
            looking.read_many,
            needs="paths",
            writes=False,
            anchor=True,
        ),
        Action(
            "read",
            f"cat, type, read, read/get/view/show/open/display/load/print/cat text? {_FILE} content?/text?, "
            "file content",
            looking.read,
            needs="path",
            takes="folder head tail start end",
            writes=False,
        ),
        Action(
            "head",
            f"head, head/first file line?, read/get/show first/top line {_FILE}?",
            looking.head,
            needs="path",
            takes="lines",
            writes=False,
        ),
        Action(
            "tail",
            f"tail, tail/last file line?, read/get/show last/bottom line {_FILE}?",
            looking.tail,
            needs="path",
            takes="lines",
            writes=False,
        ),
        Action("echo", "echo, print", changing.echo, needs="content", takes="path append", writes=True),
        Action(
            "append",
            f"append, append/add text?/content?/line? {_FILE}",
            changing.write,
            needs="path content",
            takes="folder",
            constants={"append": True},
            hints=(_EXISTING,),
        ),
        Action(
            "write",
            f"write, write/save/overwrite/put/update/set/store/create content?/text? {_FILE} content?",
            changing.write,
            needs="path content",
            takes="folder append overwrite parents mode",
            hints=(_PARENTS, _LOCAL, _ONLY_THERE),
        ),
        Action(
            "move_into",
            f"move, move/transfer/relocate {_FILE}? {_DIR}?, move path",
            changing.move,
            needs="source into",
            takes="overwrite",
            said=r"\b(in|into|inside|to) (\w+ ){0,3}(folder|directory|notebook|section)",
            constants={"folder_only": True},
            hints=(_LOCAL,),
        ),
        Action(
            "move_in",
            f"move, move/transfer/relocate {_FILE}? {_DIR}?",
            changing.move,
            needs="source folder",
            takes="overwrite",
            constants={"folder_only": True},
            hints=(_LOCAL,),
        ),
        Action(
            "move",
            f"mv, move, move/transfer/relocate {_FILE}? {_DIR}?",
            changing.move,
            needs="source target",
            takes="overwrite",
            hints=(_LOCAL,),
        ),
        Action(
            "rename",
            f"ren, rename, rename {_FILE}? {_DIR}?",
            changing.rename,
            needs="source target",
            takes="overwrite",
            hints=(_LOCAL,),
        ),
        Action(
            "copy",
            f"cp, copy, copy/duplicate {_FILE}? {_DIR}?",
            changing.copy,
            needs="source target",
            takes="recursive overwrite",
            hints=(
                _LOCAL,
                Hint(
                    r"^(?!.*(folder|director|notebook|recursive)[^.]*\b(or|and)\b)"
                    r"(?!.*(or|and)( a| the)? (folder|director|notebook))"
                    r".*\bcop(y|ies) (a|the) (?!entry|item|node|path|folder|director|notebook|section)\w+",
                    "files_only",
                    True,
                ),
            ),
        ),
        Action(
            "remove_directory",
            f"rmdir, rd, remove/delete/rm empty? {_DIR}",
            changing.remove_directory,
            needs="path",
            takes="recursive",
            hints=(_WHOLE, _LOCAL),
            beside={"restore": {"trash": True}},
            anchor=True,
        ),
        Action(
            "remove",
            f"rm, del, unlink, remove/delete/rm/erase {_FILE} {_DIR}?, remove/delete path, "
            f"trash {_FILE}?, delete, remove",
            changing.remove,
            needs="path",
            takes="folder recursive",
            hints=(_RECURSIVE, _WHOLE, _LOCAL),
            beside={"restore": {"trash": True}},
        ),
        Action(
            "grep",
            f"grep, search/find/grep text/content/within/inside {_FILE}?, grep {_FILE}, "
            f"search/grep {_FILE} content/text, search content, search",
            looking.grep,
            needs="text",
            takes="path ignore_case",
            hints=(_ANY_CASE,),
            writes=False,
        ),
        Action(
            "grep_files",
            "search/find file",
            looking.grep_files,
            needs="text",
            takes="path ignore_case",
            said=r"\b(content|contents|text|lines?|inside)\b(?! files?)",
            hints=(_WITHIN, _ANY_CASE),
            writes=False,
            counts_out=True,
        ),
        Action(
            "find",
            f"find, glob, find/search/locate/glob {_FILE}? {_DIR}? name?",
            looking.find,
            takes="pattern path exclude type",
            writes=False,
            counts_out=True,
        ),
        Action(
            "count_one",
            f"count word {_FILE}?, count {_FILE} word, word count {_FILE}?",
            looking.count,
            needs="path",
            constants={"mode": "words"},
            said=r"^(?!.*\b(characters|lines)\b)",
            writes=False,
        ),
        Action(
            "count",
            f"wc, word count, count word/line/character {_FILE}?, count {_FILE} word/line/character",
            looking.count,
            needs="path",
            takes="mode",
            writes=False,
        ),
        Action(
            "sort",
            f"sort, sort {_FILE} line?/content?, sort line {_FILE}?",
            looking.order,
            needs="path",
            takes="reverse unique",
            writes=False,
        ),
        Action("unique", "uniq, unique line file?", looking.unique, needs="path", writes=False),
        Action(
            "compare",
            f"diff, cmp, diff/compare/difference {_FILE}",
            looking.compare,
            needs="source target",
            writes=False,
        ),
        Action(
            "usage",
            f"du, disk usage, get/check/calculate disk/{_DIR}/file size/usage, {_DIR}/file size",
            looking.usage,
            takes="path human",
            writes=False,
        ),
        Action(
            "facts",
            "stat, get/show file/path info/information/metadata/stat/detail/attribute, file info/stat",
            looking.facts,
            needs="path",
            writes=False,
        ),
        Action(
            "exists", f"exist, check? file/path/{_DIR} exist, exist file", looking.exists, needs="path", writes=False
        ),
        Action("permit", "chmod, change/set file? permission/mode", changing.permit, needs="path mode"),
        Action(
            "edit",
            f"edit, edit/modify/patch/replace {_FILE}, replace/edit text/string {_FILE}, str replace",
            changing.edit,
            needs="path",
            one_of="edits old",
            takes="new preview all",
        ),
        Action(
            "restore",
            f"restore/recover/undelete/untrash {_FILE}? {_DIR}?",
            keeping.restore,
            needs="path",
            said=r"trash|delet|recycl|bin\b|remov",
        ),
        Action(
            "list_trash",
            "list/show/view trash, list/show deleted/trashed file/path",
            keeping.trash,
            writes=False,
            counts_out=True,
        ),
        Action("empty_trash", "empty/clear/purge trash/bin", keeping.empty),
        Action("tag", f"tag {_FILE}, add tag {_FILE}?, tag", keeping.tag, needs="path tag"),
        Action("untag", f"untag {_FILE}, remove/delete tag {_FILE}?, untag", keeping.untag, needs="path tag"),
        Action(
            "tagged", f"find/list/search/get {_FILE}? tag, {_FILE} tagged?", keeping.tagged, needs="tag", writes=False
        ),
        Action(
            "totals",
            f"stat/statistic, get/show {_FILE}?/{_DIR}? stat/statistic/summary",
            looking.totals,
            takes="path",
            writes=False,
        ),
    ),
    seed=seeded,
    keep=kept,
    place=placed,
    least=4,
    synonyms={
        **dict.fromkeys(["note", "page", "article", "memo", "script", "text", "doc"], "file"),
        **dict.fromkeys(["notebook", "section", "folder", "collection", "space"], "directory"),
        **dict.fromkeys(["entry", "item", "node"], "path"),
    },
    shown={"content": "content"},
    echoed="path source",
    signs="where go tree",
    telling="path filepath cwd",
    core="read show read_many write touch echo append head tail edit grep count",
)
"""Tools of shells (``ls``, ``cd``) and of file servers (``read_file``), with and without a working directory."""
