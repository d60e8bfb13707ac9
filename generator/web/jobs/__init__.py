"""The jobs of the server: bytes in, plain data out. Each runs in a worker, in an empty current folder of its own.

Names of files are relative to that folder, so that no answer contains a path of the server.
"""
