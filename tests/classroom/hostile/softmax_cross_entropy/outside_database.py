# expect: uses sqlite3.connect
# A database is a file.
import sqlite3


def attack(logits, labels):
    sqlite3.connect("@OUTSIDE@/was-here").execute("create table x (y)")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
