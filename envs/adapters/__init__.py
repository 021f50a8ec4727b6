"""Certified tasks in other frameworks' environments.

Each module stands alone and imports its framework only when it is used: ``trl`` makes the classes that TRL's
``environment_factory`` asks for, ``verifiers`` a taskset with its harness, ``openenv`` a server, a client and graders.
"""
