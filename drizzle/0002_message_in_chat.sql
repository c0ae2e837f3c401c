DROP INDEX "chat_aliases_identity";--> statement-breakpoint
CREATE UNIQUE INDEX "chat_aliases_identity" ON "chat_aliases" USING btree ("account_id","kind","value") WHERE kind in ('jid', 'lid', 'key');--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_chat_message" UNIQUE("chat_id","message_id");