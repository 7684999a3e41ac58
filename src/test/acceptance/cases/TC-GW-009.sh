# TC-GW-009: Audit Logging
# Verify gateway operations are logged.
#
# Expected results:
# - Gateway CRUD operations logged
# - User identity captured
# - Resource IDs included

# Step 1: Perform gateway operations
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{"name":"audit-test-gw","url":"http://example.com"}' \
http://localhost:4444/gateways
# Step 2: Check logs for gateway activities
cat "$GATEWAY_LOG" | grep -i "gateway" | tail -10
# Expected log fields:
# - user_email
# - resource_type: "gateway"
# - resource_id
# - action: "create", "update", "delete"
