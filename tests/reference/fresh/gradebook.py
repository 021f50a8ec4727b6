"""A school's gradebook: courses by slug, pupils nested in them, marks by assignment; MCP tools with long docstrings."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class Gradebook:
    def __init__(self, state: dict[str, Any]) -> None:
        self.pupils = state["pupils"]
        self.courses = state["courses"]

    def _missing(self, course: str, pupil_no: int | None = None, assignment: str | None = None) -> str | None:
        if course not in self.courses:
            return "Course not found"
        if pupil_no is not None and pupil_no not in self.courses[course]["enrolled"]:
            return "Pupil is not enrolled in this course"
        if assignment is not None and assignment not in self.courses[course]["assignments"]:
            return "Assignment not found"
        return None

    def _pupil(self, pupil_no: int) -> dict[str, Any] | None:
        return next((pupil for pupil in self.pupils if pupil["pupil_no"] == pupil_no), None)

    def register_pupil(self, first_name: str, last_name: str, form: int) -> dict[str, Any]:
        """Registers a pupil at the school and gives out the next pupil number.

        Args:
            first_name: First name of the pupil
            last_name: Last name of the pupil
            form: Form the pupil is in, from 5 to 12
        """
        if not 5 <= form <= 12:
            return {"error": "Form must be from 5 to 12"}
        number = max(pupil["pupil_no"] for pupil in self.pupils) + 1
        pupil = {"pupil_no": number, "first_name": first_name, "last_name": last_name, "form": form}
        self.pupils.append(pupil)
        return dict(pupil)

    def pupil_details(self, pupil_no: int) -> dict[str, Any]:
        """Returns the details of a pupil.

        Args:
            pupil_no: Number of the pupil
        """
        return dict(self._pupil(pupil_no) or {"error": "Pupil not found"})

    def pupils_by_form(self, form: int) -> dict[str, Any]:
        """Returns the pupils of a form.

        Args:
            form: The form
        """
        return {"pupils": [pupil for pupil in self.pupils if pupil["form"] == form]}

    def move_up(self, pupil_no: int) -> dict[str, Any]:
        """Moves a pupil up by one form. Pupils in form 12 cannot move up.

        Args:
            pupil_no: Number of the pupil
        """
        pupil = self._pupil(pupil_no)
        if pupil is None:
            return {"error": "Pupil not found"}
        if pupil["form"] == 12:
            return {"error": "There is no higher form"}
        pupil["form"] += 1
        return {"pupil_no": pupil_no, "form": pupil["form"]}

    def create_course(self, course: str, title: str, teacher: str, places: int) -> dict[str, Any]:
        """Creates a course without pupils or assignments.

        Args:
            course: Short code for the course, used everywhere else to name it
            title: Title of the course
            teacher: Teacher of the course
            places: Number of pupils the course can take
        """
        if course in self.courses:
            return {"error": "Course code is taken"}
        if places < 1:
            return {"error": "A course needs at least one place"}
        self.courses[course] = {
            "title": title,
            "teacher": teacher,
            "places": places,
            "enrolled": [],
            "assignments": {},
        }
        return {"course": course}

    def course_details(self, course: str) -> dict[str, Any]:
        """Returns title, teacher, places and the numbers of the enrolled pupils of a course.

        Args:
            course: Code of the course
        """
        problem = self._missing(course)
        if problem:
            return {"error": problem}
        one = self.courses[course]
        return {"course": course, **{name: one[name] for name in ("title", "teacher", "places", "enrolled")}}

    def course_codes(self, teacher: str | None = None) -> dict[str, Any]:
        """Returns the codes of all courses, or those of one teacher.

        Args:
            teacher: Only courses of this teacher
        """
        return {"courses": [code for code, one in self.courses.items() if teacher in (None, one["teacher"])]}

    def change_teacher(self, course: str, teacher: str) -> dict[str, Any]:
        """Gives a course to another teacher.

        Args:
            course: Code of the course
            teacher: The new teacher
        """
        problem = self._missing(course)
        if problem:
            return {"error": problem}
        self.courses[course]["teacher"] = teacher
        return {"course": course, "teacher": teacher}

    def enrol(self, course: str, pupil_no: int) -> dict[str, Any]:
        """Enrols a pupil in a course that has a free place.

        Args:
            course: Code of the course
            pupil_no: Number of the pupil
        """
        problem = self._missing(course)
        if problem:
            return {"error": problem}
        if self._pupil(pupil_no) is None:
            return {"error": "Pupil not found"}
        one = self.courses[course]
        if pupil_no in one["enrolled"]:
            return {"error": "Pupil is enrolled already"}
        if len(one["enrolled"]) >= one["places"]:
            return {"error": "Course is full"}
        one["enrolled"].append(pupil_no)
        return {"course": course, "enrolled": list(one["enrolled"])}

    def withdraw(self, course: str, pupil_no: int) -> dict[str, Any]:
        """Takes a pupil out of a course.

        Args:
            course: Code of the course
            pupil_no: Number of the pupil
        """
        problem = self._missing(course, pupil_no)
        if problem:
            return {"error": problem}
        self.courses[course]["enrolled"].remove(pupil_no)
        return {"course": course, "enrolled": list(self.courses[course]["enrolled"])}

    def set_assignment(self, course: str, assignment: str, max_points: int) -> dict[str, Any]:
        """Sets a new assignment in a course.

        Args:
            course: Code of the course
            assignment: Name of the assignment, unique in the course
            max_points: Points that can be reached
        """
        problem = self._missing(course)
        if problem:
            return {"error": problem}
        if assignment in self.courses[course]["assignments"]:
            return {"error": "Assignment exists"}
        if max_points < 1:
            return {"error": "Points must be positive"}
        self.courses[course]["assignments"][assignment] = {"max_points": max_points, "marks": {}}
        return {"course": course, "assignment": assignment, "max_points": max_points}

    def assignments_of(self, course: str) -> dict[str, Any]:
        """Returns the assignments of a course with their points.

        Args:
            course: Code of the course
        """
        problem = self._missing(course)
        if problem:
            return {"error": problem}
        rows = self.courses[course]["assignments"].items()
        return {"assignments": [{"assignment": name, "max_points": one["max_points"]} for name, one in rows]}

    def record_mark(self, course: str, pupil_no: int, assignment: str, points: int) -> dict[str, Any]:
        """Records the points a pupil reached in an assignment, replacing an earlier mark.

        Args:
            course: Code of the course
            pupil_no: Number of an enrolled pupil
            assignment: Name of the assignment
            points: Points reached, from 0 to the assignment's maximum
        """
        problem = self._missing(course, pupil_no, assignment)
        if problem:
            return {"error": problem}
        one = self.courses[course]["assignments"][assignment]
        if not 0 <= points <= one["max_points"]:
            return {"error": "Points are out of range"}
        one["marks"][str(pupil_no)] = points
        return {"pupil_no": pupil_no, "assignment": assignment, "points": points}

    def mark_of(self, course: str, pupil_no: int, assignment: str) -> dict[str, Any]:
        """Returns the mark of a pupil in an assignment.

        Args:
            course: Code of the course
            pupil_no: Number of the pupil
            assignment: Name of the assignment
        """
        problem = self._missing(course, pupil_no, assignment)
        if problem:
            return {"error": problem}
        marks = self.courses[course]["assignments"][assignment]["marks"]
        if str(pupil_no) not in marks:
            return {"error": "No mark was recorded"}
        return {"points": marks[str(pupil_no)]}

    def erase_mark(self, course: str, pupil_no: int, assignment: str) -> dict[str, Any]:
        """Erases the mark of a pupil in an assignment.

        Args:
            course: Code of the course
            pupil_no: Number of the pupil
            assignment: Name of the assignment
        """
        problem = self._missing(course, pupil_no, assignment)
        if problem:
            return {"error": problem}
        marks = self.courses[course]["assignments"][assignment]["marks"]
        if marks.pop(str(pupil_no), None) is None:
            return {"error": "No mark was recorded"}
        return {"erased": True}

    def class_average(self, course: str, assignment: str) -> dict[str, Any]:
        """Returns the average of the marks of an assignment and how many there are.

        Args:
            course: Code of the course
            assignment: Name of the assignment
        """
        problem = self._missing(course, assignment=assignment)
        if problem:
            return {"error": problem}
        marks = list(self.courses[course]["assignments"][assignment]["marks"].values())
        if not marks:
            return {"error": "No mark was recorded"}
        return {"average": round(sum(marks) / len(marks), 2), "marks": len(marks)}


STATE: dict[str, Any] = {
    "pupils": [
        {"pupil_no": 41, "first_name": "Lena", "last_name": "Adeyemi", "form": 9},
        {"pupil_no": 42, "first_name": "Tomas", "last_name": "Birk", "form": 9},
        {"pupil_no": 43, "first_name": "Aiko", "last_name": "Castell", "form": 12},
        {"pupil_no": 44, "first_name": "Samir", "last_name": "Dow", "form": 10},
    ],
    "courses": {
        "bio-9": {
            "title": "Biology",
            "teacher": "Ms Quill",
            "places": 3,
            "enrolled": [41, 42],
            "assignments": {
                "pond study": {"max_points": 20, "marks": {"41": 17, "42": 11}},
                "cell poster": {"max_points": 10, "marks": {"41": 8}},
            },
        },
        "art-x": {
            "title": "Printmaking",
            "teacher": "Mr Osei",
            "places": 1,
            "enrolled": [43],
            "assignments": {"linocut": {"max_points": 30, "marks": {}}},
        },
    },
}


def _place(api: Gradebook, random: Any) -> dict[str, Any]:
    course = random.choice(list(api.courses))
    one = api.courses[course]
    return {
        "course": course,
        "pupil_no": random.choice(one["enrolled"]),
        "assignment": random.choice(list(one["assignments"])),
    }


def _marked(api: Gradebook, random: Any) -> dict[str, Any]:
    found = [
        (course, int(pupil), name)
        for course, one in api.courses.items()
        for name, assignment in one["assignments"].items()
        for pupil in assignment["marks"]
    ]
    return dict(zip(("course", "pupil_no", "assignment"), random.choice(found), strict=True))


def _assignment(api: Gradebook, random: Any) -> dict[str, Any]:
    place = _place(api, random)
    return {"course": place["course"], "assignment": place["assignment"]}


def _enrolled(api: Gradebook, random: Any) -> dict[str, Any]:
    course = random.choice(list(api.courses))
    return {"course": course, "pupil_no": random.choice(api.courses[course]["enrolled"])}


DOMAIN = Domain(
    name="gradebook",
    api=Gradebook,
    document=document(Gradebook, "mcp", "gradebook"),
    state=STATE,
    pools={
        "pupil_no": lambda api, random: random.choice(api.pupils)["pupil_no"],
        "course": lambda api, random: random.choice(list(api.courses)),
        "create_course.course": lambda api, random: f"{random.choice(['geo', 'mus', 'lat'])}-{random.randint(5, 40)}",
        "first_name": lambda api, random: random.choice(["Mio", "Rosa", "Jack"]),
        "form": lambda api, random: random.choice([7, 9, 10, 12]),
        "teacher": lambda api, random: random.choice(["Ms Quill", "Mr Osei", "Ms Tran"]),
        "assignment": lambda api, random: f"{random.choice(['essay', 'quiz', 'model'])} {random.randint(1, 40)}",
        "max_points": lambda api, random: random.choice([10, 25]),
        "withdraw": _enrolled,
        "record_mark": lambda api, random: {**_place(api, random), "points": random.choice([0, 6, 9, 28])},
        "mark_of": _marked,
        "erase_mark": _marked,
        "class_average": _assignment,
    },
    generated={"pupil_no": "pupil"},
    reads={
        "register_pupil": ("pupil_details", "pupils_by_form"),
        "move_up": ("pupil_details",),
        "create_course": ("course_details", "course_codes"),
        "change_teacher": ("course_details", "course_codes teacher=teacher"),
        "enrol": ("course_details",),
        "withdraw": ("course_details",),
        "set_assignment": ("assignments_of",),
        "record_mark": ("mark_of", "class_average"),
        "erase_mark": ("mark_of", "class_average"),
    },
)
