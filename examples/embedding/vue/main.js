import 'prisma-extension-audit/ui/activity'
import { createApp } from 'vue'
import NotePage from './note-page.vue'

createApp(NotePage, { id: 1 }).mount('#app')
