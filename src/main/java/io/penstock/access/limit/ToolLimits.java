package io.penstock.access.limit;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Catalog;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The limits of calls of single tools: those of all tools, and of some tools instead. */
final class ToolLimits {

    private final Catalog catalog;
    private final Both ofAll;
    private final List<Special> special;

    ToolLimits(Catalog catalog, Both ofAll, List<Special> special) {
        this.catalog = catalog;
        this.ofAll = ofAll;
        this.special = List.copyOf(special);
    }

    /** The limits of a tool, over all callers and for each. */
    record Both(@Nullable Allowance together, @Nullable Allowance perCaller) {

        boolean isNone() {
            return together == null && perCaller == null;
        }
    }

    /** The limits of the tools that a setting names. */
    record Special(LimitSettings.OfTool setting, Both limits) {

        boolean isFor(Gateway gateway, String tool) {
            String there = setting.gateway();
            boolean named = setting.name().equals(tool) || setting.name().equals(gateway.slug() + "-" + tool);
            return named && (there == null || there.equals(gateway.name()) || there.equals(gateway.slug()));
        }
    }

    private record Tool(UUID gateway, String name) {}

    private record ToolOfCaller(Tool tool, Object caller) {}

    boolean isNone() {
        return ofAll.isNone() && special.isEmpty();
    }

    /** Adds what a call of a tool takes. */
    void add(Due due, Route.One route, String named, Object caller) {
        Gateway gateway = route.gateway();
        String original = route.originalName() == null ? named : route.originalName();
        Both limits = limits(gateway, original);
        if (!limits.isNone()) {
            // names that no tool is known by count as one: whoever made them up would have a limit for each
            boolean known = catalog.snapshot().tool(gateway.id(), original) != null;
            var tool = new Tool(gateway.id(), known ? original : "");
            due.add(limits.together(), tool);
            due.add(limits.perCaller(), new ToolOfCaller(tool, caller));
        }
    }

    private Both limits(Gateway gateway, String tool) {
        for (Special one : special) {
            if (one.isFor(gateway, tool)) {
                return one.limits();
            }
        }
        return ofAll;
    }
}
