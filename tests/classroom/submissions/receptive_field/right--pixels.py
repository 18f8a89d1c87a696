# expect: right

def receptive_field(layers):
    # the very pixels that units 0 and 1 see
    def seen(units):
        for k, s in reversed(layers):
            units = {u * s + i for u in units for i in range(k)}
        return units
    zero, one = seen({0}), seen({1})
    return max(zero) - min(zero) + 1, min(one) - min(zero)
