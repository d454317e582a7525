"""The syntax tree of an office's template with a tick in every body, and a count on all that is joined or collected."""

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.visitor import NodeTransformer

_BODIES = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.AssignBlock, nodes.Block, nodes.Template)


def rewrite(tree: nodes.Template, paper: Environment) -> nodes.Template:
    """The same template, counted while it is filled: the paper has `tick` and `kept`."""
    _Counting().visit(tree)
    for node in (tree, *tree.find_all(_BODIES)):
        if isinstance(node, _BODIES):
            node.body.insert(0, nodes.ExprStmt(_tick(node), lineno=node.lineno))
        if isinstance(node, nodes.For) and node.test is not None:
            node.test = nodes.And(_tick(node), node.test, lineno=node.lineno)
    tree.set_environment(paper)
    return tree


class _Counting(NodeTransformer):
    """Every part that is joined or collected goes through `kept`."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [_kept(each) for each in node.nodes]
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.items = [_kept(each) for each in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [_kept(each) for each in node.items]
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.value = _kept(node.value)
        return node


def _kept(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _call("kept", [node], node.lineno)


def _tick(node: nodes.Node) -> nodes.Call:
    written = sum(len(text.data) for text in node.find_all(nodes.TemplateData))
    return _call("tick", [nodes.Const(written, lineno=node.lineno)], node.lineno)


def _call(name: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name, lineno=line), arguments, [], None, None, lineno=line)
