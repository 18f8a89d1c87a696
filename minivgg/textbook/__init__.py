"""Read this first: the operations of a VGG net in three short chapters that import NumPy only.

1. ``loops.py``: every operation as plain loops over single numbers. It is slow and easy to verify,
   and therefore the specification that the rest of the package is tested against.
2. ``im2col.py``: convolution as one matrix product, forward and backward, and max-pooling on the
   same matrix. Lessons 1 and 2 derive it.
3. ``winograd.py``: 3×3 convolution with 16 multiplications where the definition has 36. Lesson 12
   derives it.

The functions have the names and results of their namesakes in ``minivgg.ops``, which computes the
same sums block by block, on several threads or on a GPU. Only ``winograd.conv2d`` returns y alone,
without ``saved``: that chapter has no gradients of filters and biases.
"""
