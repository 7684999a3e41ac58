package io.penstock.catalog.snapshot;

import io.penstock.catalog.Slug;
import io.penstock.store.Changes.Notice;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collects what is to be read again until somebody does. At first that is everything. */
final class Wants {

    /** More is read faster with all the rest. */
    private static final int MOST = 2000;

    private final Set<UUID> gateways = new HashSet<>();
    private final Set<UUID> stocked = new HashSet<>();
    private final Set<UUID> servers = new HashSet<>();
    private final Set<String> slugs = new HashSet<>();
    private boolean everything = true;

    synchronized void addAll() {
        everything = true;
        gateways.clear();
        stocked.clear();
        servers.clear();
        slugs.clear();
    }

    synchronized void add(Notice notice) {
        if (notice.rows().isEmpty()) {
            addAll();
            return;
        }
        switch (notice.topic()) {
            case GATEWAYS -> gateways.addAll(notice.rows());
            case FEATURES -> {
                gateways.addAll(notice.rows());
                stocked.addAll(notice.rows());
            }
            case SERVERS -> servers.addAll(notice.rows());
            case ALL, ACCOUNTS, TOKENS, REVOCATIONS, OAUTH_TOKENS, OAUTH_CLIENTS, SESSIONS, ENDED_SESSIONS -> addAll();
        }
        bound();
    }

    /** Ids, names or slugs of gateways or virtual servers. */
    synchronized void add(Collection<String> names) {
        for (String name : names) {
            UUID id = id(name);
            if (id == null) {
                slugs.add(Slug.of(name));
            } else {
                gateways.add(id);
                stocked.add(id);
                servers.add(id);
            }
        }
        bound();
    }

    private static @Nullable UUID id(String text) {
        try {
            return text.length() == 36 ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void bound() {
        if (everything || gateways.size() + stocked.size() + servers.size() + slugs.size() > MOST) {
            addAll();
        }
    }

    private Wanted present() {
        return new Wanted(gateways, stocked, servers, slugs);
    }

    /** What is to be read from now on, which is nothing then; null for everything. */
    synchronized @Nullable Wanted take() {
        Wanted taken = everything ? null : present();
        addAll();
        everything = false;
        return taken;
    }

    /** Could not be read. */
    synchronized void back(@Nullable Wanted taken) {
        if (taken == null) {
            addAll();
        } else {
            gateways.addAll(taken.gateways());
            stocked.addAll(taken.stocked());
            servers.addAll(taken.servers());
            slugs.addAll(taken.slugs());
            bound();
        }
    }
}
