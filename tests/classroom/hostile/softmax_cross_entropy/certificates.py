# expect: imports _ssl, which is not allowed
# Open a file without an event.
import _ssl


def softmax_cross_entropy(logits, labels):
    _ssl._SSLContext(_ssl.PROTOCOL_TLS_CLIENT).load_verify_locations("@VICTIM@")
    return 0.0
