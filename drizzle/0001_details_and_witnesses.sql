ALTER TABLE "messages" ADD COLUMN "details" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "witnesses" jsonb DEFAULT '{}'::jsonb NOT NULL;