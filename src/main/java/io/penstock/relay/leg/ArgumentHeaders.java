package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Mirrors;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers in which a client repeats arguments of the tool that it calls (2026-07-28, Streamable HTTP, "Custom headers"). */
public final class ArgumentHeaders {

    private ArgumentHeaders() {}

    /** Whether a tool of that definition wants any. */
    public static boolean wanted(@Nullable String definition) {
        return !of(definition).isEmpty();
    }

    /**
     * Compares them with the call's parameters. Headers for arguments that are not there, or that nobody asked for, say nothing.
     *
     * @param definition the tool's; null where it is not known, and then there is nothing to compare
     * @throws Refusal {@code HeaderMismatch} where an argument's header is missing, cannot be read, or says something else
     */
    public static void compare(Request request, @Nullable String definition, @Nullable String params) {
        String arguments = JsonParts.member(params, "arguments");
        for (var argument : of(definition)) {
            String value = argument.in(arguments);
            if (value != null) {
                compare(request, argument, value);
            }
        }
    }

    private static void compare(Request request, MirroredArgument argument, String value) {
        String name = Mirrors.PARAMETER + argument.header();
        if (request.headers().getAll(name).size() > 1) {
            throw new Refusal(new Reason.HeaderMismatch("The header " + name + " is there more than once"));
        }
        String said = Mirrors.decoded(name, request.header(name));
        String path = String.join(".", argument.path());
        if (said == null) {
            throw new Refusal(
                    new Reason.HeaderMismatch("The header " + name + " is missing; the body has arguments." + path));
        }
        if (!argument.agree(said, value)) {
            throw new Refusal(
                    new Reason.HeaderMismatch("The header " + name + " and the body's arguments." + path + " differ"));
        }
    }

    private static List<MirroredArgument> of(@Nullable String definition) {
        if (definition == null || !definition.contains(MirroredArgument.KEY)) {
            return List.of();
        }
        var mirrored = MirroredArgument.of(JsonParts.member(definition, "inputSchema"));
        return mirrored == null ? List.of() : mirrored;
    }
}
