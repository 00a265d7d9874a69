"""Networks that torchvision lacks, in plain torch.nn: the independent side of the net golden files.

Module names are those of our graphs: timm's for Res2Net, MMPretrain's for ShuffleNetV1.
"""
import torch
from torch import nn


class Res2Block(nn.Module):
    """Four splits of `width` channels; in a stage's first block they do not add up."""

    def __init__(self, channels_in, planes, stride, first):
        super().__init__()
        self.first, self.width = first, planes * 26 // 64
        self.conv1 = nn.Conv2d(channels_in, 4 * self.width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(4 * self.width)
        self.convs = nn.ModuleList(nn.Conv2d(self.width, self.width, 3, stride, 1, bias=False) for _ in range(3))
        self.bns = nn.ModuleList(nn.BatchNorm2d(self.width) for _ in range(3))
        self.conv3 = nn.Conv2d(4 * self.width, 4 * planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        if first:
            self.pool = nn.AvgPool2d(3, stride, 1)
            self.downsample = nn.Sequential(nn.Conv2d(channels_in, 4 * planes, 1, stride, bias=False),
                                            nn.BatchNorm2d(4 * planes))

    def forward(self, x):
        splits = torch.relu(self.bn1(self.conv1(x))).split(self.width, 1)
        done = []
        for i in range(3):
            part = splits[i] if self.first or i == 0 else splits[i] + done[-1]
            done.append(torch.relu(self.bns[i](self.convs[i](part))))
        done.append(self.pool(splits[3]) if self.first else splits[3])
        out = self.bn3(self.conv3(torch.cat(done, 1)))
        return torch.relu(out + (self.downsample(x) if self.first else x))


class Res2Net(nn.Module):
    def __init__(self, blocks, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = 64
        for s, count in enumerate(blocks):
            planes, layer = 64 << s, []
            for b in range(count):
                layer.append(Res2Block(channels, planes, 2 if s and not b else 1, b == 0))
                channels = 4 * planes
            setattr(self, "layer%d" % (s + 1), nn.Sequential(*layer))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class ConvBn(nn.Module):
    def __init__(self, channels_in, channels_out, kernel=1, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(channels_out)

    def forward(self, x):
        return self.bn(self.conv(x))


class ShuffleUnit(nn.Module):
    def __init__(self, channels_in, channels_out, groups, first_groups):
        super().__init__()
        self.groups, self.strided = groups, channels_in != channels_out
        middle = channels_out // 4
        self.g_conv_1x1_compress = ConvBn(channels_in, middle, groups=first_groups)
        self.depthwise_conv3x3_bn = ConvBn(middle, middle, 3, 2 if self.strided else 1, middle)
        made = channels_out - channels_in if self.strided else channels_out
        self.g_conv_1x1_expand = ConvBn(middle, made, groups=groups)

    def forward(self, x):
        y = self.depthwise_conv3x3_bn(torch.relu(self.g_conv_1x1_compress(x)))
        order = torch.arange(y.shape[1]).reshape(self.groups, -1).t().flatten()
        y = self.g_conv_1x1_expand(y[:, order])
        if self.strided:
            return torch.cat((nn.functional.avg_pool2d(x, 3, 2, 1), torch.relu(y)), 1)
        return torch.relu(x + y)


class ShuffleNetV1(nn.Module):
    def __init__(self, groups, width, classes):
        super().__init__()
        self.conv1 = ConvBn(3, 24, 3, 2)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layers = nn.ModuleList()
        channels = 24
        for s, count in enumerate((4, 8, 4)):
            layer, out = nn.Sequential(), width << s
            for u in range(count):
                layer.append(ShuffleUnit(channels, out, groups, 1 if s == 0 and u == 0 else groups))
                channels = out
            self.layers.append(layer)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.conv1(x)))
        for layer in self.layers:
            x = layer(x)
        return self.fc(x.mean((2, 3)))


class SmallCnn(nn.Module):
    def __init__(self, classes):
        super().__init__()
        channels = 3
        for i, out in enumerate((32, 64, 128, 128)):
            block = nn.Sequential()
            block.add_module("conv", nn.Conv2d(channels, out, 3, padding=1, bias=False))
            block.add_module("bn", nn.BatchNorm2d(out))
            block.add_module("relu", nn.ReLU())
            block.add_module("pool", nn.MaxPool2d(2))
            setattr(self, "block%d" % (i + 1), block)
            channels = out
        self.dropout = nn.Dropout(0.3)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.block4(self.block3(self.block2(self.block1(x))))
        return self.fc(self.dropout(x.mean((2, 3))))


class DsNet(nn.Module):
    def __init__(self, classes, side):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(3, 128, 3), nn.Conv2d(128, 64, 3), nn.Conv2d(64, 32, 3)
        self.pool1, self.pool2, self.relu = nn.MaxPool2d(2), nn.MaxPool2d(2), nn.ReLU()
        self.dropout = nn.Dropout(0.25)
        last = ((side - 2) // 2 - 2) // 2 - 2
        self.fc = nn.Linear(32 * last * last, classes)

    def forward(self, x):
        x = self.pool1(torch.relu(self.conv1(x)))
        x = self.pool2(torch.relu(self.conv2(x)))
        return self.fc(self.dropout(self.relu(self.conv3(x))).flatten(1))
