"""Which edit re-runs which step, told from the Dockerfile and its build context alone.

dockerfile   text -> instructions, each with its lines
stages       instructions + build arguments -> stages of steps, each with its operation
context      the files that an ignore file lets through, and what a COPY takes of them
build        a plan and the files it is built from; `load` makes one from disk
cache        what each step's key is made of; a build before and after an edit, compared
edits        what --change, --since and the table of usual edits name: the build after, or before
rules        findings, a module each
depends      what each step depends on
ask          all of it for one command line, as an `answer`
report       the answer for people, programs, code-scanning pages and as a page

README.md, beside this file, says what is modelled and where each rule comes from.
"""
