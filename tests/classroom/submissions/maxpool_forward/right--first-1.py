# expect: right

def maxpool_forward(x, size, stride):
    x = x.tolist()
    return [[[[max(max(row[j:j + size]) for row in ch[i:i + size])
               for j in range(0, len(ch[0]) - size + 1, stride)]
              for i in range(0, len(ch) - size + 1, stride)]
             for ch in im] for im in x]
