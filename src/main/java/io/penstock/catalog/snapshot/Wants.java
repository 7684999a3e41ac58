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
    private boolean everything = true;

    /** Apart, as callers ask for whatever they like: that is looked for by name, and never makes everything to be read. */
    private final Set<UUID> ids = new HashSet<>();

    private final Set<String> slugs = new HashSet<>();

    synchronized void addAll() {
        everything = true;
        gateways.clear();
        stocked.clear();
        servers.clear();
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
                ids.add(id);
            }
        }
    }

    private static @Nullable UUID id(String text) {
        try {
            return text.length() == 36 ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void bound() {
        if (everything || gateways.size() + stocked.size() + servers.size() > MOST) {
            addAll();
        }
    }

    /** What is to be read from now on, which is nothing then; null for everything. */
    synchronized @Nullable Wanted take() {
        Wanted taken = everything ? null : new Wanted(gateways, stocked, servers, ids, slugs);
        addAll();
        everything = false;
        ids.clear();
        slugs.clear();
        return taken;
    }

    /** Could not be read. Whoever asked for something is told, and asks again. */
    synchronized void back(@Nullable Wanted taken) {
        if (taken == null) {
            addAll();
        } else {
            gateways.addAll(taken.gateways());
            stocked.addAll(taken.stocked());
            servers.addAll(taken.servers());
            bound();
        }
    }
}
