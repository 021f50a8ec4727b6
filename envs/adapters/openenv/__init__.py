"""Certified tasks as an OpenEnv environment: server, client, package and validation graders.

Made for the package ``openenv`` (0.10), the living project; ``openenv-core`` is its earlier name. ``openenv`` wants an
older ``mcp`` than InfTool's own servers do, so pip refuses the two together; nothing here needs ``mcp`` or ``openai``,
and InfTool is installed beside it with ``--no-deps``
(what it needs besides: :func:`~inftool.envs.adapters.openenv.package.requirements`).

- ``models``: what goes over the wire; ``environment``: the server's side of one session, and the application;
  ``client``: the typed client.
- ``package``: writes the folder that ``openenv build``, ``push`` and ``validate`` take; ``graders``: the tasks'
  certificates, proved again, as graders of ``openenv.validation``.
"""
