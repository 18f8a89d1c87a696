# Catches every exception, also those that end it.
def relu_forward(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
    return x
