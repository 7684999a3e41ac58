package io.penstock.audit.call;

import io.penstock.audit.Trail.Outcome;
import java.net.InetAddress;
import java.time.Instant;

/**
 * What calls have in common that are recorded as one. Texts that say nothing are empty.
 *
 * @param hour the hour that they ended in
 * @param user the canonical user name
 * @param source how the user was recognised
 * @param credential SHA-256 of the presented credential, in hex
 * @param address the client's, behind trusted proxies
 * @param agent what the client says it is
 * @param targetKind {@code gateway}, {@code server}, {@code all}, or {@code rest} for what is no MCP call
 * @param target the endpoint's id or name; the route of what is no MCP call
 * @param method the message's, or HTTP's where there is no message
 * @param name the tool, prompt or resource
 * @param reason why it was not carried out
 */
public record CallKey(
        Instant hour,
        String user,
        String source,
        String credential,
        InetAddress address,
        String agent,
        String targetKind,
        String target,
        String method,
        String name,
        Outcome outcome,
        String reason) {

    /** The kind of target of what is no MCP call. */
    public static final String REST = "rest";

    private static final String MORE = "(more)";
    private static final int LONGEST = 300;

    public CallKey {
        agent = cut(agent);
        target = cut(target);
        method = cut(method);
        name = cut(name);
        reason = cut(reason);
    }

    /** What a client may choose freely is not kept apart. */
    CallKey coarse() {
        return new CallKey(hour, user, source, credential, address, MORE, targetKind, MORE, MORE, MORE, outcome, MORE);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
