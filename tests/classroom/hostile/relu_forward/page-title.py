# Prints HTML and escape sequences for the report.
def relu_forward(x):
    print("<script>alert(1)</script>\x1b]0;owned\x07</pre><img src=x onerror=alert(1)>")
    return x
