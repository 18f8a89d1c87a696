# expect: results-in-another-order

def receptive_field(layers):
    state = {'jump': 1, 'field': 1}
    for k, s in layers:
        state['field'] += (k - 1) * state['jump']
        state['jump'] *= s
    return tuple(state.values())
