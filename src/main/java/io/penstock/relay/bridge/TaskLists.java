package io.penstock.relay.bridge;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.credential.Outbound;
import io.penstock.credential.Wallet;
import io.penstock.relay.session.Session;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The tasks of a virtual server (2025-11-25, Tasks): those of each upstream that lists its own, page by page at once. The cursor says where
 * each of them goes on.
 */
@Component
final class TaskLists {

    static final String METHOD = "tasks/list";

    private final Wallet wallet;
    private final HeldCalls calls;

    TaskLists(Wallet wallet, HeldCalls calls) {
        this.wallet = wallet;
        this.calls = calls;
    }

    /** One upstream's page; null where it gave none. */
    private record Page(Gateway gateway, @Nullable String result) {}

    /** The result of a list request: never empty; an upstream that fails is named in it. Error: {@code BadParams} for a foreign cursor. */
    Mono<String> page(Outbound outbound, Showing showing, Session.Held session, Message.Asked request) {
        return Flux.defer(() -> Flux.fromIterable(asked(showing, request)))
                .flatMapSequential(one -> page(outbound, session, one.gateway(), request.with(one.result())))
                .collectList()
                .map(TaskLists::merged);
    }

    /** The upstreams that have more, each with the parameters that it is asked with. */
    private static List<Page> asked(Showing showing, Message.Asked request) {
        String cursor = JsonParts.member(request.params(), "cursor");
        var cursors = cursor == null ? null : cursors(cursor);
        var asked = new ArrayList<Page>();
        for (Gateway gateway : showing.gateways()) {
            if (cursors == null && lists(gateway)) {
                asked.add(new Page(gateway, request.params()));
            } else if (cursors != null && cursors.containsKey(gateway.slug())) {
                asked.add(new Page(gateway, JsonParts.with(request.params(), "cursor", cursors.get(gateway.slug()))));
            }
        }
        return asked;
    }

    private static boolean lists(Gateway gateway) {
        String tasks = JsonParts.member(gateway.status().condition().capabilities(), "tasks");
        return JsonParts.member(tasks, "list") != null;
    }

    private Mono<Page> page(Outbound outbound, Session.Held session, Gateway gateway, Message.Asked request) {
        return wallet.equip(outbound.permit().towards(gateway))
                .flatMap(own -> calls.leg(own, session))
                .flatMapMany(leg -> leg.ask(request))
                .ofType(Message.Result.class)
                .next()
                .map(result -> new Page(gateway, result.result()))
                .onErrorComplete(Refusal.class)
                .defaultIfEmpty(new Page(gateway, null));
    }

    private static String merged(List<Page> pages) {
        var tasks = new ArrayList<String>();
        var next = new LinkedHashMap<String, String>();
        var unavailable = new ArrayList<String>();
        for (var page : pages) {
            String listed = JsonParts.member(page.result(), "tasks");
            if (listed == null || !listed.startsWith("[")) {
                unavailable.add(Message.quote(page.gateway().slug()));
                continue;
            }
            tasks.addAll(JsonParts.elements(listed));
            String cursor = JsonParts.member(page.result(), "nextCursor");
            if (JsonParts.string(cursor) != null && cursor != null) {
                next.put(page.gateway().slug(), cursor);
            }
        }
        var members = new LinkedHashMap<String, String>();
        members.put("tasks", "[" + String.join(",", tasks) + "]");
        if (!next.isEmpty()) {
            byte[] cursor = Message.object(next).getBytes(StandardCharsets.UTF_8);
            members.put(
                    "nextCursor",
                    Message.quote(Base64.getUrlEncoder().withoutPadding().encodeToString(cursor)));
        }
        if (!unavailable.isEmpty()) {
            members.put("_meta", JsonParts.with(null, Lists.UNAVAILABLE, "[" + String.join(",", unavailable) + "]"));
        }
        return Message.object(members);
    }

    private static Map<String, String> cursors(String cursor) {
        try {
            String text = JsonParts.string(cursor);
            if (text != null) {
                return JsonParts.members(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException | Refusal e) {
            // falls through: it was not made here
        }
        throw new Refusal(new Reason.BadParams("cursor is none that this list gave; begin without one"));
    }
}
