"""PyTorch as a peer; it is imported when it is asked for."""

import numpy as np

from benchmarks.peers.library import Library, labels, pictures
from benchmarks.workloads import BATCH, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY


class Torch(Library):
    """PyTorch.

    memory: "nchw" or "nhwc" (channels last). compiled: with torch.compile. device: "cpu" or "cuda".
    cuda_graph: whether nets run as CUDA graphs.
    """

    def __init__(self, memory, compiled=False, device="cpu", cuda_graph=False):
        import torch

        self.torch, self.compiled, self.device = torch, compiled, device
        self.cuda_graph = cuda_graph
        self.format = {
            "memory_format": torch.channels_last if memory == "nhwc" else torch.contiguous_format
        }

    def net(self, net):
        torch, nn = self.torch, self.torch.nn
        modules, c = [], net.spec.input_shape[0]
        for item in net.spec.layers:
            modules += (
                [nn.MaxPool2d(2)]
                if item == "M"
                else [nn.Conv2d(c, item, 3, padding=1), nn.ReLU(inplace=True)]
            )
            c = c if item == "M" else item
        d = c * (net.spec.input_shape[1] >> net.spec.layers.count("M")) ** 2
        modules.append(nn.Flatten())
        for hidden in net.spec.hidden:
            modules += [nn.Linear(d, hidden), nn.ReLU(inplace=True), nn.Dropout(0.5)]
            d = hidden
        built = (
            nn.Sequential(*modules, nn.Linear(d, net.classes))
            .train(net.training)
            .to(self.device, **self.format)
        )
        x = torch.from_numpy(self.data((net.batch, *net.spec.input_shape))).to(
            self.device, **self.format
        )
        run = torch.compile(built) if self.compiled else built
        if not net.training:

            def infer():
                with torch.inference_mode():
                    return run(x)

            return self._graphed(infer) if self.cuda_graph else infer
        y = torch.from_numpy(labels(net)).to(self.device)
        optimizer = torch.optim.SGD(
            built.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY
        )

        def step():
            optimizer.zero_grad()
            nn.functional.cross_entropy(run(x), y).backward()
            optimizer.step()

        return self._graphed(step) if self.cuda_graph else step

    def _graphed(self, step):
        """The step as a CUDA graph, recorded as PyTorch's documentation says."""
        cuda = self.torch.cuda
        stream = cuda.Stream()
        stream.wait_stream(cuda.current_stream())
        with cuda.stream(stream):
            for _ in range(3):
                step()
        cuda.current_stream().wait_stream(stream)
        graph = cuda.CUDAGraph()
        with cuda.graph(graph):
            step()
        return graph.replay

    def layer(self, layer, backward, batch=BATCH):
        torch = self.torch
        if self.compiled:
            return None  # one call of oneDNN, compiled or not
        conv = torch.nn.Conv2d(layer.c, layer.o, 3, padding=1).to(self.device, **self.format)
        x = (
            torch.from_numpy(self.data((batch, layer.side, layer.side, layer.c)))
            .permute(0, 3, 1, 2)
            .to(self.device)
            .contiguous(**self.format)
        )
        return self._step(
            conv, x.requires_grad_(layer.c > 3), conv(x).detach(), list(conv.parameters()), backward
        )

    def operation(self, name, backward):
        torch, f = self.torch, self.torch.nn.functional
        if self.compiled:
            return None
        if name.startswith("softmax"):
            z, y = torch.from_numpy(self.data((128, 1000))).requires_grad_(), torch.arange(128)

            def step():
                z.grad = None
                f.cross_entropy(z, y).backward()

            return step
        x = (
            torch.from_numpy(self.data((BATCH, 224, 224, 64)))
            .permute(0, 3, 1, 2)
            .contiguous(**self.format)
            .requires_grad_()
        )
        function = (lambda x: f.max_pool2d(x, 2)) if name.startswith("max") else f.relu
        return self._step(function, x, function(x).detach(), [], backward)

    def style(self, side):
        from minivgg import models
        from minivgg.evaluation import synthesis

        torch, nn, ours = self.torch, self.torch.nn, models.packaged_net("vgg16-pool3")
        modules = [
            nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
            if hasattr(layer, "in_channels")
            else nn.MaxPool2d(2)
            if hasattr(layer, "ceil_mode")
            else nn.ReLU(inplace=True)
            for layer in ours["features"]
        ]
        net = nn.Sequential(*modules).requires_grad_(False).to(self.device, **self.format)
        state = {name.removeprefix("features."): a for name, a in ours.state_dict().items()}
        net.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in state.items()})
        mean, std = (
            torch.tensor(v, dtype=torch.float32, device=self.device)[:, None, None]
            for v in (ours.preprocessing.mean, ours.preprocessing.std)
        )
        style_names, content_name = synthesis.STYLE_LAYERS[:3], "conv3_3"
        positions = {
            name: int(models.output_path(ours, name).rpartition(".")[2])
            for name in (*style_names, content_name)
        }

        def maps_of(picture):
            found, x = {}, (picture - mean) / std
            for k, module in enumerate(net[: positions[content_name] + 1]):
                x = module(x)
                found |= {name: x for name, position in positions.items() if position == k}
            return found

        def gram(maps):
            f = maps.permute(0, 2, 3, 1).flatten(1, 2)
            return f.mT @ f / maps[0].numel()

        content, style = (
            torch.from_numpy(image[None] / np.float32(255)).to(self.device, **self.format)
            for image in pictures(side)
        )
        with torch.no_grad():
            wanted = maps_of(content)[content_name]
            grams = {
                name: gram(maps) for name, maps in maps_of(style).items() if name in style_names
            }

        def loss_of(picture):
            found = maps_of(picture)
            loss = ((found[content_name] - wanted) ** 2).sum() / (wanted**2).sum()
            for name, a in grams.items():
                difference = ((gram(found[name]) - a) ** 2).sum() / (a**2).sum()
                loss = loss + synthesis.STYLE_WEIGHT / len(grams) * difference
            across, down = picture.diff(dim=3), picture.diff(dim=2)
            variation = ((across**2).sum() + (down**2).sum()) / picture.numel()
            return loss + synthesis.SMOOTHNESS * variation

        run = torch.compile(loss_of) if self.compiled else loss_of
        picture = content.clone().requires_grad_()
        optimizer = torch.optim.Adam([picture], lr=synthesis.ADAM_LR)

        def step():
            optimizer.zero_grad()
            loss = run(picture)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                picture.clamp_(0, 1)
            return loss.item(), picture

        return step

    def _step(self, function, x, dy, parameters, backward):
        """Forward alone, or backward alone of a graph that is built once."""
        torch = self.torch
        if not backward:

            def forward():
                with torch.inference_mode():
                    return function(x)

            return forward
        y = function(x)
        wanted = [t for t in (x, *parameters) if t.requires_grad]
        return lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True)
