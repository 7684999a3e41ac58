package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Subscription;

/** What of an upstream's messages a listener wants to hear. */
final class Interest {

    private Interest() {}

    /** Changes only where they were asked for, and everything else. */
    static boolean in(Interests interests, Message message) {
        return !(message instanceof Message.Told told)
                || switch (told.method()) {
                    case "notifications/tools/list_changed" -> interests.tools();
                    case "notifications/prompts/list_changed" -> interests.prompts();
                    case "notifications/resources/list_changed" -> interests.resources();
                    case "notifications/resources/updated" ->
                        interests.updates()
                                || Subscription.covers(
                                        interests.uris(),
                                        Params.of(told.params()).string("uri"));
                    case "notifications/tasks" -> {
                        String task = Params.of(told.params()).string("taskId");
                        yield task != null && interests.tasks().contains(task);
                    }
                    default -> true;
                };
    }
}
