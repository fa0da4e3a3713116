#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""The command line end to end: every command's contract and every kind of bad input.

usage: test_cli.py BARTIZAN [unittest arguments]
"""
import os
import sys
import unittest

sys.dont_write_bytecode = True

import command  # noqa: E402

if __name__ == "__main__":
    command.BINARY[0] = os.path.abspath(sys.argv.pop(1))
    suite = unittest.defaultTestLoader.discover(os.path.dirname(os.path.abspath(__file__)), pattern="test_*.py")
    outcome = unittest.TextTestRunner(verbosity=1).run(suite)
    sys.exit(0 if outcome.wasSuccessful() and outcome.testsRun > 0 else 1)
