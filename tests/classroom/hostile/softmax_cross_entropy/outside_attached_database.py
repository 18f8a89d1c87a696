# expect: uses sqlite3.connect
# A database in memory can open others.
import sqlite3


def attack(logits, labels):
    sqlite3.connect(":memory:").execute("attach '@OUTSIDE@/was-here' as x").execute("create table x.y (z)")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
