package io.penstock.api.accounts;

import io.penstock.account.password.Logins.Proven;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** What the audit trail keeps of what somebody does who shows a password. */
final class PasswordEntries {

    private static final String SOURCE = "password";

    private PasswordEntries() {}

    static Entry done(String action, Proven user, Request request) {
        return entry(user.name(), action, user.id().toString(), Outcome.SUCCESS, null, request);
    }

    /** Without the name that was tried: some type their password there. */
    static Entry refused(String action, Refusal refusal, Request request) {
        return entry(
                Entry.UNKNOWN, action, null, Outcome.REFUSED, refusal.reason().detail(), request);
    }

    private static Entry entry(
            String user,
            String action,
            @Nullable String id,
            Outcome outcome,
            @Nullable String detail,
            Request request) {
        return new Entry(user, SOURCE, action, "user", id, outcome, detail, request.correlationId());
    }
}
